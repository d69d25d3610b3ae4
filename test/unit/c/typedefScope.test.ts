import assert from 'node:assert/strict';
import { openUnit } from '../../../server/c/unit';
import { builtinHeaders } from '../../../server/model/builtinHeaders';

describe('typedefs of headers', () => {
  it('stay types in a file that seems to declare their names again', () => {
    // Half typed: the last declaration has an attribute macro that nobody defines, between a typedef name and the declarator.
    const text = '#include <linux/types.h>\nstatic phys_addr_t __unknown_marker f(phys_addr_t size,\n';
    const unit = openUnit({
      source: { read: (path) => (path === 'a.c' ? { ok: true, text, identity: '1' } : { ok: false, reason: 'missing' }) },
      path: 'a.c', target: 'x86_64', includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: builtinHeaders('v3'),
    });
    void unit.declarations;
    assert.equal(unit.lookup('phys_addr_t')?.kind, 'typedef');
  });
});
