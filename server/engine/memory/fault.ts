/** A load or store where nothing is mapped: the kernel stops. Thrown inside the engine only; its entry points catch it. */
export class MemoryFault extends Error {
  constructor(readonly address: bigint, readonly access: 'read' | 'write', readonly lengthBytes: number) {
    super(`${access} of ${String(lengthBytes)} bytes at 0x${address.toString(16)}`);
  }
}

/** Something goes on for ever, or further than the engine follows. */
export class EngineStop extends Error {
  constructor(readonly kind: 'endless' | 'runs-off' | 'too-long', readonly why: string) {
    super(why);
  }
}
