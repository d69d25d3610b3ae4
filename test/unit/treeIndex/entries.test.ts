import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findEntries, isInterfaceName } from '../../../server/workspace/treeIndex/entries';

/** `kind name@line:column in container`, from 1. */
const found = (text: string): string[] => findEntries(text).map(({ kind, name, container, line, character }) =>
  `${kind} ${name}@${String(line + 1)}:${String(character + 1)}${container === '' ? '' : ` in ${container}`}`);
/** Without places. */
const named = (text: string): string[] => findEntries(text).map(({ kind, name, container }) => `${kind} ${name}${container === '' ? '' : ` in ${container}`}`);

describe('treeIndex: entries of a file', () => {
  it('are calls with what they stand in', () => {
    assert.deepEqual(found('static int __init keep(struct folio *f)\n{\n\tif (f)\n\t\treturn kho_preserve_folio(f);\n\treturn x(luo_get(1), is_kho_boot ());\n}\n'), [
      'call kho_preserve_folio@4:10 in keep', 'call luo_get@5:11 in keep', 'call is_kho_boot@5:23 in keep',
    ]);
  });

  it('are not in comments, strings, #if 0, longer words, nor uses without a call', () => {
    assert.deepEqual(found([
      '/* kho_a(); */ // kho_b()', 'void f(void)', '{', '\tprintk("kho_c()");', '\tfn = kho_d;', '\tblackkho_e(); khox(); mykho(1);', '\tops->kho_f(); ops.kho_g();',
      '#if 0', '\tkho_h();', '#if X', '#else', 'kho_h2();', '#endif', '#else', '\tkho_i();', '#endif', '#if 1', '\tkho_j();', '#else', '\tkho_k();', '#endif', '\tint kho_l(void);', '\tKHO_CONSTANT(1);', '\tkho_\\', 'm();', '}',
    ].join('\n')), ['call kho_i@15:2 in f', 'call kho_j@18:2 in f', 'call kho_m@24:2 in f']);
  });

  it('tell registrations, definitions and declarations apart', () => {
    assert.deepEqual(named([
      'int kho_preserve_folio(struct folio *f);', 'extern struct page *kho_restore_pages(u64 p, int n);', 'static inline bool kho_is_enabled(void) { return false; }',
      'struct page *__kho_x(int a)', '\t__releases(lock)', '{', '\tliveupdate_register_flb(a, b);', '\tregister_kho_notifier(&nb);', '\tkstate_unregister(&a);', '\tkstate_register(&a, 0, 1);', '}', 'EXPORT_SYMBOL_GPL(kho_preserve_folio);',
    ].join('\n')), [
      'function kho_is_enabled', 'function __kho_x', 'registration liveupdate_register_flb in __kho_x', 'registration register_kho_notifier in __kho_x',
      'call kstate_unregister in __kho_x', 'registration kstate_register in __kho_x',
    ]);
  });

  it('are descriptions, each variable once', () => {
    assert.deepEqual(found([
      'extern struct kstate_description far;', 'static struct kstate_description lamp;', 'static const struct kstate_description __maybe_unused lamp = {', '\t.id = 1,', '};',
      'struct kstate_description list[] = { { .id = 2 } };', 'struct kstate_description later;', 'struct holder {', '\tstruct kstate_description inner;', '};',
      'int f(struct kstate_description *d, struct kstate_description e)', '{', '\tstatic struct kstate_description here = { 0 };', '\tstruct kstate_description *p = &lamp;', '}', 'struct kstate_description make(void);',
    ].join('\n')), [
      'description lamp@3:55', 'description list@6:27', 'description later@7:27', 'description here@13:35 in f',
    ]);
  });

  it('are contracts by the macro and its string', () => {
    assert.deepEqual(found([
      '#define KHO_FDT_COMPATIBLE "kho-v3"', '#define LAMP_COMPATIBLE\t\\', '\t"lamp-v1"', '#define TEST_FLB_COMPATIBLE(i) "test-flb-v" #i', '#define KHO_TEST_COMPAT "anything"', '#define A_COMPATIBLE "a-v1;b-v2"',
      '#define DT_COMPATIBLE "vendor,thing-v1"', '#define PLAIN_COMPATIBLE "plain"', '#define N_COMPATIBLE 4', '#define INCOMPATIBLE "x-v1"', '/*', '#define GONE_COMPATIBLE "gone-v1"', '*/',
    ].join('\n')), [
      'contract KHO_FDT_COMPATIBLE@1:9', 'contract LAMP_COMPATIBLE@2:9', 'contract TEST_FLB_COMPATIBLE@4:9', 'contract KHO_TEST_COMPAT@5:9', 'contract A_COMPATIBLE@6:9',
    ]);
  });

  it('are calls in macros, and macros that stand for calls', () => {
    assert.deepEqual(named([
      '#define KHOSER_STORE_PTR(dest, val) store(dest, val)', '#define kho_keep(x) (kho_preserve_folio(x) ?: 0)', '#define KHO_MAGIC 5', '#define USE() luo_x()',
      'struct hdr {', '\tDECLARE_KHOSER_PTR(next, struct hdr *);', '\tint (*kho_cb)(int);', '};', 'static int v = kho_value(1);', 'static struct ops ops = {', '\t.a = kho_pick(2),', '};',
    ].join('\n')), [
      'macro KHOSER_STORE_PTR', 'macro kho_keep', 'call kho_preserve_folio in kho_keep', 'call luo_x in USE', 'call DECLARE_KHOSER_PTR in hdr', 'call kho_value in v', 'call kho_pick in ops',
    ]);
  });

  it('find their function behind macros and branches that open a brace twice', () => {
    assert.deepEqual(named([
      'module_init(boot)', 'static int a(void)', '{', '#ifdef X', '\tif (x) {', '#else', '\tif (y) {', '#endif', '\t\tkho_a();', '\t}', '}', 'static void b(void)', '{', '\tkho_b();', '}',
      '#ifdef Y', 'void c(int x)', '{', '#else', 'void c(long x)', '{', '#endif', '\tkho_c();', '}', 'SYSCALL_DEFINE1(reboot, int, x)', '{', '\tBEGIN_BLOCK(x) {', '\tkho_d();', '}', 'void e(void)', '{', '\tkho_e();', '}',
    ].join('\n')), ['call kho_a in a', 'call kho_b in b', 'call kho_c in c', 'call kho_d in SYSCALL_DEFINE1(reboot)', 'call kho_e in e']);
  });

  it('have columns in UTF-16 and lines by \\r\\n, too', () => {
    assert.deepEqual(found('void f(void) {\r\n  g("\u{1f4a1}"); kho_a();\r\n}\r\n'), ['call kho_a@2:12 in f']);
  });

  it('come from any text without an error, inside it', () => {
    const piece = fc.constantFrom('kho_a(', 'kstate_description', 'struct ', ' x', '{', '}', '\n', '#if 0\n', '#else\n', '#endif\n', '#define ', 'A_COMPATIBLE ', '"a-v1"', '"', '/*', '*/', '(', ')', ';', '=', '\\\n', '\u00e4', 'extern "C" ');
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const lines = text.split('\n');
      for (const { name, line, character } of findEntries(text)) {
        if (!text.includes('\\\n')) assert.equal((lines[line] ?? '').slice(character, character + name.length), name);
      }
    }));
  });

  it('know the names of the interfaces', () => {
    for (const name of ['kho_x', 'is_kho_boot', '__kho_y', 'luo_z', 'liveupdate_reboot', 'kstate_register', 'KHOSER_LOAD_PTR', 'DECLARE_KHOSER_PTR']) assert.ok(isInterfaceName(name), name);
    for (const name of ['khox', 'blackkho', 'KSTATE_BASE_TYPE', 'KHO_MAGIC', 'LUO_X', 'compatible', 'fluo_x']) assert.ok(!isInterfaceName(name), name);
  });
});
