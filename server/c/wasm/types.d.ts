/** AssemblyScript's name for what TypeScript calls number, in the files that both read. */
declare type i32 = number;

/** The build compiles wasm/NAME.ts when wasm/NAME.wasm is imported (.build/assembly.mjs). */
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
