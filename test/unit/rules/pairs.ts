/** Texts that are wrong in one way, and texts that only look it: name, text, words that a message has. */
export const pairs: readonly (readonly [string, string, (readonly string[])?])[] = [];

const END = 'KSTATE_END_OF_LIST()';
type Pair = (typeof pairs)[number];
const list = pairs as Pair[];

function description(variable: string, fields: string, more = '', id = 'KSTATE_TEST_ID', version = '.version_id = 3,'): string {
  return `struct kstate_description ${variable} = {
	.name = "${variable}",
	.id = ${id},
	${version}
	.fields = (const struct kstate_field[]) {
${fields}
		${END}
	},
	${more}
};
`;
}

const own = 'struct dev { u32 a; u32 b; u64 c; u32 *p; u64 *q; struct page *page; struct folio *folio; void *v; u32 t[4]; u32 *pp[3]; };\nstatic struct dev dev, other;\n';
const plain = description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),');
const pointing = description('dev_state', '\t\tKSTATE_POINTER(p, struct dev),\n\t\tKSTATE_BASE_TYPE(a, struct dev, u32),');
const use = 'static int __init dev_init(void)\n{\n\tint ret = kstate_register_restore(&dev_state, &dev);\n\n\treturn ret == -ENOENT ? 0 : ret;\n}\nlate_initcall(dev_init);\n';

function add(name: string, text: string, ...words: string[]): void {
  list.push([name, text, words]);
}
/** A description of one field, registered. */
function field(name: string, fields: string, ...words: string[]): void {
  add(name, own + description('dev_state', `\t\t${fields}`) + (fields.includes('KSTATE_POINTER(') ? '' : use), ...words);
}
function init(name: string, d: string, body: string, ...words: string[]): void {
  add(name, `${own}static u32 value;\n${d}static int __init dev_init(void)\n{\n\tint ret = 0;\n${body}\n\treturn ret == -ENOENT ? 0 : ret;\n}\nlate_initcall(dev_init);\n`, ...words);
}

// ---- lists ----
field('entry after the end: behind another end', 'KSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_END_OF_LIST(),\n\t\tKSTATE_BASE_TYPE(b, struct dev, u32), /* kstate-entry-after-end */', 'b ', 'KSTATE_END_OF_LIST');
field('entry after the end: by hand', 'KSTATE_END_OF_LIST(),\n\t\t{ .name = "a", .flags = KS_BASE_TYPE, .size = 4, .offset = offsetof(struct dev, a) }, /* kstate-entry-after-end */');
field('a list that ends twice', 'KSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_END_OF_LIST(),');
add('an end in each branch of a conditional', `${own}${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),\n#ifdef WITH_B\n\t\tKSTATE_BASE_TYPE(b, struct dev, u32),\n\t\tKSTATE_END_OF_LIST()\n#else').replace('\t},\n\t\n};', '#endif\n\t},\n};')}${use}`);

// ---- members ----
field('a member twice, once with a version', 'KSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_BASE_TYPE_V(a, struct dev, u32, 2), /* kstate-duplicate-member */', 'a is');
field('a folio twice', 'KSTATE_FOLIO(folio, struct dev),\n\t\tKSTATE_FOLIO(folio, struct dev), /* kstate-duplicate-member */', 'folio');
field('elements of one array', 'KSTATE_BASE_TYPE(t[0], struct dev, u32),\n\t\tKSTATE_BASE_TYPE(t[1], struct dev, u32),');
field('a member and the deprecated one of its name', 'KSTATE_BASE_TYPE_DEPRECATED(a, u16, 2),\n\t\tKSTATE_BASE_TYPE(a, struct dev, u32),');
add('members of a union', `struct dev { union { u32 a; u32 b; }; };\nstatic struct dev dev;\n${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_BASE_TYPE(b, struct dev, u32),')}${use}`);

// ---- pointers ----
field('a void pointer, versioned', 'KSTATE_POINTER_V(v, struct dev, 2), /* kstate-pointer-to-void */', 'v ', 'KSTATE_POINTER_V');
field('a void pointer through a typedef', 'KSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_POINTER(v, struct dev), /* kstate-pointer-to-void */', 'v ');
field('a void pointer with a size of its own', '{ .name = "v", .flags = KS_POINTER, .size = 64, .offset = offsetof(struct dev, v) },');
field('a void pointer as an address', 'KSTATE_ADDRESS(v, struct dev, KS_LINEAR_ADDR),');
add('a struct that is only declared', `struct ghost;\nstruct dev { struct ghost *g; u32 a; };\nstatic struct dev dev;\n${description('dev_state', '\t\tKSTATE_POINTER(g, struct dev), /* kstate-pointer-to-incomplete */')}${use}`, 'g', 'ghost');
add('a struct that is only declared, as an address', `struct ghost;\nstruct dev { struct ghost *g; u32 a; };\nstatic struct dev dev;\n${description('dev_state', '\t\tKSTATE_ADDRESS(g, struct dev, KS_LINEAR_ADDR), /* kstate-pointer-to-incomplete */')}${use}`, 'g', 'ghost');
add('a struct of a header that is not at hand', `struct dev { struct net_device *g; u32 a; };\n#include <linux/netdevice.h>\nstatic struct dev dev;\n${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),')}${use}`);
add('a struct that is defined further down', `struct ghost;\nstruct dev { struct ghost *g; u32 a; };\nstruct ghost { u32 x; };\nstatic struct ghost ghost;\nstatic struct dev dev = { .g = &ghost };\n${description('dev_state', '\t\tKSTATE_POINTER(g, struct dev),')}${use}`);
field('an array as a pointer', 'KSTATE_POINTER(t, struct dev), /* kstate-not-a-pointer */', 't ', 'KSTATE_POINTER');
field('an array as an address', 'KSTATE_ADDRESS(t, struct dev, KS_LINEAR_ADDR), /* kstate-not-a-pointer */', 't ', 'KSTATE_ADDRESS');
add('a struct with pointers in an array of structs', `struct part { u64 *x; };\nstruct dev { struct part parts[2]; };\nstatic struct dev dev;\n${description('dev_state', '\t\tKSTATE_BASE_TYPE(parts, struct dev, struct part [2]), /* kstate-raw-pointer */')}${use}`, 'parts');
add('a struct of integers without padding', `struct part { u32 x, y; };\nstruct dev { struct part part; };\nstatic struct dev dev;\n${description('dev_state', '\t\tKSTATE_BASE_TYPE(part, struct dev, struct part),')}${use}`);

// ---- addresses ----
field('a page in the linear map', 'KSTATE_ADDRESS(page, struct dev, KS_LINEAR_ADDR), /* kstate-address-kind */', 'page', 'KS_LINEAR_ADDR', 'KS_VMEMMAP_ADDR');
field('a number in the memory map', 'KSTATE_ADDRESS_V(q, struct dev, KS_VMEMMAP_ADDR, 1), /* kstate-address-kind */', 'q');
field('an address by hand without a kind', '{ .name = "q", .flags = KS_ADDRESS, .size = 8, .offset = offsetof(struct dev, q) }, /* kstate-address-kind */', 'addr_type');
field('a folio in the memory map', 'KSTATE_ADDRESS(folio, struct dev, KS_VMEMMAP_ADDR),\n\t\tKSTATE_ADDRESS(page, struct dev, KS_VMEMMAP_ADDR),');
field('a page by hand without a kind', '{ .name = "page", .flags = KS_ADDRESS, .size = 8, .offset = offsetof(struct dev, page) },');
init('an address of the image', description('dev_state', '\t\tKSTATE_ADDRESS(q, struct dev, KS_LINEAR_ADDR), /* kstate-address-target */').replace('struct kstate_description', 'static u64 table;\nstatic struct dev mine = { .q = &table };\nstruct kstate_description'), '\tret = kstate_register_restore(&dev_state, &mine);', 'table');
init('an address from vmalloc', description('dev_state', '\t\tKSTATE_ADDRESS(q, struct dev, KS_LINEAR_ADDR), /* kstate-address-target */'), '\tret = kstate_register_restore(&dev_state, &dev);\n\tif (ret)\n\t\tdev.q = vmalloc(64);', 'vmalloc');
init('an address from one of two allocators', description('dev_state', '\t\tKSTATE_ADDRESS(q, struct dev, KS_LINEAR_ADDR),'), '\tret = kstate_register_restore(&dev_state, &dev);\n\tif (ret)\n\t\tdev.q = kmalloc(64, GFP_KERNEL);\n\tif (!dev.q)\n\t\tdev.q = vmalloc(64);');

init('what kmalloc gave, in the memory map', description('dev_state', '\t\tKSTATE_ADDRESS(v, struct dev, KS_VMEMMAP_ADDR), /* kstate-address-kind */'), '\tret = kstate_register_restore(&dev_state, &dev);\n\tif (ret == -ENOENT)\n\t\tdev.v = kmalloc(64, GFP_KERNEL);', 'v of', 'KS_LINEAR_ADDR');
init('what alloc_page gave, in the memory map', description('dev_state', '\t\tKSTATE_ADDRESS(v, struct dev, KS_VMEMMAP_ADDR),'), '\tret = kstate_register_restore(&dev_state, &dev);\n\tif (ret == -ENOENT)\n\t\tdev.v = alloc_page(GFP_KERNEL);');

// ---- entries by hand ----
const nested = 'struct part { u32 x; };\nstruct dev { struct part part; struct part parts[3]; struct part *some[3]; u32 t[4]; u32 a; };\nstatic struct dev dev;\nstatic int three(void)\n{\n\treturn 3;\n}\nstatic int asked(void);\n'
  + description('part_state', '\t\tKSTATE_BASE_TYPE(x, struct part, u32),', '', 'KSTATE_TEST_ID_V2').replace('struct kstate', 'static const struct kstate');
function entry(name: string, text: string, ...words: string[]): void {
  const unused = text.includes('&part_state') ? nested : nested.replace(/static const struct kstate_description[\s\S]*$/, '');
  add(name, unused + description('dev_state', `\t\t${text}`) + use, ...words);
}
entry('a nested struct without a description', '{ .name = "part", .flags = KS_STRUCT, /* kstate-struct-without-ksd */\n\t\t  .offset = offsetof(struct dev, part), .size = sizeof(struct part) },', 'part', 'ksd');
entry('a nested struct with NULL for a description', '{ .name = "part", .flags = KS_STRUCT, .ksd = NULL, /* kstate-struct-without-ksd */\n\t\t  .offset = offsetof(struct dev, part), .size = sizeof(struct part) },', 'ksd');
entry('a nested struct', '{ .name = "part", .flags = KS_STRUCT, .ksd = &part_state, .offset = offsetof(struct dev, part), .size = sizeof(struct part) },');
entry('an array of structs without a count', '{ .name = "parts", .flags = KS_STRUCT, .ksd = &part_state, /* kstate-array-without-count */\n\t\t  .offset = offsetof(struct dev, parts), .size = sizeof(struct part) },', 'parts', 'count');
entry('pointers without a count', '{ .name = "some", .flags = KS_ARRAY_OF_POINTER | KS_STRUCT, .ksd = &part_state, /* kstate-array-without-count */\n\t\t  .offset = offsetof(struct dev, some), .size = sizeof(void *) },', 'some', 'count');
entry('pointers with a count', '{ .name = "some", .flags = KS_ARRAY_OF_POINTER | KS_STRUCT, .ksd = &part_state, .count = three, .offset = offsetof(struct dev, some), .size = sizeof(void *) },');
entry('numbers without a count', '{ .name = "t", .size = sizeof(u32), .offset = offsetof(struct dev, t),\n\t\t  .flags = KS_BASE_TYPE }, /* kstate-array-without-count */', 't ', 'count');
entry('numbers all at once', '{ .name = "t", .size = sizeof(u32 [4]), .offset = offsetof(struct dev, t), .flags = KS_BASE_TYPE },');
entry('one element of an array of structs', '{ .name = "parts", .flags = KS_STRUCT, .ksd = &part_state, .offset = offsetof(struct dev, parts[1]), .size = sizeof(struct part) },');
entry('a count over the whole array', '{ .name = "t", .flags = KS_BASE_TYPE, .offset = offsetof(struct dev, t), .size = sizeof(u32 [4]),\n\t\t  .count = asked }, /* kstate-count-overrun */', 't ', 'asked');
entry('a count beyond the array', '{ .name = "parts", .flags = KS_BASE_TYPE, .offset = offsetof(struct dev, t[2]), .size = sizeof(u32),\n\t\t  .count = three }, /* kstate-count-overrun */', 'three');
entry('a count over the elements', '{ .name = "t", .flags = KS_BASE_TYPE, .offset = offsetof(struct dev, t), .size = sizeof(u32), .count = three },');
entry('a count that says whether', '{ .name = "t", .flags = KS_BASE_TYPE, .offset = offsetof(struct dev, t), .size = sizeof(u32 [4]), .count = whether },');
list[list.length - 1] = ['a count that says whether', `static int level;\nstatic int whether(void)\n{\n\treturn level > 2;\n}\n${list.at(-1)?.[1] ?? ''}`];
entry('a count without a size', '{ .name = "parts", .flags = KS_STRUCT, .ksd = &part_state, .offset = offsetof(struct dev, parts),\n\t\t  .count = three }, /* kstate-count-stride */', 'parts', 'size');
entry('pointers four bytes apart', '{ .name = "some", .flags = KS_ARRAY_OF_POINTER | KS_STRUCT, .ksd = &part_state, .count = three, .offset = offsetof(struct dev, some),\n\t\t  .size = sizeof(struct part) }, /* kstate-count-stride */', 'some');
entry('pointers and nothing about what they point at', '{ .name = "some", .count = three, .offset = offsetof(struct dev, some), .size = sizeof(void *),\n\t\t  .flags = KS_ARRAY_OF_POINTER }, /* kstate-no-kind */', 'KS_ARRAY_OF_POINTER');
entry('an entry without flags', '{ .name = "a", .offset = offsetof(struct dev, a), .size = 4 }, /* kstate-no-kind */', 'a ');
entry('struct and custom', '{ .name = "part", .ksd = &part_state, .offset = offsetof(struct dev, part), .size = sizeof(struct part),\n\t\t  .flags = KS_STRUCT | KS_BASE_TYPE }, /* kstate-flags-conflict */', 'KS_STRUCT', 'KS_BASE_TYPE', 'part');
entry('an end with another flag', '{ .name = "a", .offset = offsetof(struct dev, a), .size = 4,\n\t\t  .flags = KS_END | KS_BASE_TYPE }, /* kstate-flags-conflict */', 'KS_END');
add('a struct behind a pointer', `${nested.replace('struct part part;', 'struct part *part;')}static struct part one;\n${description('dev_state', '\t\t{ .name = "part", .flags = KS_POINTER | KS_STRUCT, .ksd = &part_state, .offset = offsetof(struct dev, part), .size = sizeof(struct part) },')}
static int __init dev_init(void)\n{\n\tint ret;\n\n\tdev.part = &one;\n\tret = kstate_register_restore(&dev_state, &dev);\n\treturn ret == -ENOENT ? 0 : ret;\n}\nlate_initcall(dev_init);\n`);

// ---- versions ----
add('deprecated for no stream', own + description('dev_state', '\t\tKSTATE_BASE_TYPE_DEPRECATED(x, u16, 1), /* kstate-deprecated-below-min */\n\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', '.min_version_id = 2,') + use, 'x ', 'min_version_id');
add('deprecated for the oldest stream', own + description('dev_state', '\t\tKSTATE_BASE_TYPE_DEPRECATED(x, u16, 2),\n\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', '.min_version_id = 2,') + use);
add('deprecated, no minimum', own + description('dev_state', '\t\tKSTATE_BASE_TYPE_DEPRECATED(x, u16, 0),\n\t\tKSTATE_BASE_TYPE(a, struct dev, u32),') + use);

// ---- registrations ----
init('pointer set after kstate_restore', pointing, '\tret = kstate_register(&dev_state, &dev, 1);\n\tif (ret)\n\t\treturn ret;\n\tret = kstate_restore(&dev_state, &dev, 1); /* kstate-restore-before-pointer */\n\tdev.p = &value;', 'p of', 'kstate_restore');
add('pointer of a new object set after', `${own}${pointing}static int dev_new(void)\n{\n\tstruct dev *d = kzalloc(sizeof(*d), GFP_KERNEL);\n\tint ret;\n\n\tif (!d)\n\t\treturn -ENOMEM;\n\tret = kstate_register_restore(&dev_state, d); /* kstate-restore-before-pointer */\n\td->p = kmalloc(4, GFP_KERNEL);\n\treturn ret;\n}\nmodule_init(dev_new);\n`, 'p of');
add('pointer set by a helper that comes after', `${own}${pointing}static void dev_fill(void)\n{\n\tdev.p = kmalloc(4, GFP_KERNEL);\n}\n\nstatic int __init dev_init(void)\n{\n\tint ret = kstate_register_restore(&dev_state, &dev); /* kstate-restore-before-pointer */\n\n\tdev_fill();\n\treturn ret == -ENOENT ? 0 : ret;\n}\nlate_initcall(dev_init);\n`, 'p of');
add('pointer set by a helper that comes before', `${own}${pointing}static void dev_fill(void)\n{\n\tdev.p = kmalloc(4, GFP_KERNEL);\n}\n\nstatic int __init dev_init(void)\n{\n\tint ret;\n\n\tdev_fill();\n\tret = kstate_register_restore(&dev_state, &dev);\n\treturn ret == -ENOENT ? 0 : ret;\n}\nlate_initcall(dev_init);\n`);
init('pointer set before and cleared behind', pointing, '\tdev.p = &value;\n\tret = kstate_register_restore(&dev_state, &dev);\n\tif (ret && ret != -ENOENT)\n\t\tdev.p = NULL;');
const given = (body: string): string => `${own}${pointing}int dev_attach(struct dev *d);\nint dev_attach(struct dev *d)\n{\n\tint ret = 0;\n${body}\n\treturn ret == -ENOENT ? 0 : ret;\n}\n`;
add('pointer of a given object set anew in any case', given('\tret = kstate_register_restore(&dev_state, d); /* kstate-restore-before-pointer */\n\td->p = kmalloc(4, GFP_KERNEL);'), 'p of');
add('pointer of a given object set on a cold boot', given('\tret = kstate_register_restore(&dev_state, d);\n\tif (ret == -ENOENT)\n\t\td->p = kmalloc(4, GFP_KERNEL);'));
add('pointer of a given object set behind a return', given('\tret = kstate_register_restore(&dev_state, d);\n\tif (!ret)\n\t\treturn 0;\n\td->p = kmalloc(4, GFP_KERNEL);'));
add('a description that a header may announce', `#include "states.h"\n${own}${plain}${description('spare_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', '', 'KSTATE_TEST_ID_V2')}${use}`);
add('pointer set by whoever gets the object', `${own}int dev_setup(struct dev *d);\n${pointing}static int dev_new(void)\n{\n\tstruct dev *d = kzalloc(sizeof(*d), GFP_KERNEL);\n\tint ret;\n\n\tif (!d || dev_setup(d))\n\t\treturn -ENOMEM;\n\tret = kstate_register_restore(&dev_state, d);\n\tif (ret == -ENOENT)\n\t\td->p = kmalloc(4, GFP_KERNEL);\n\treturn 0;\n}\nmodule_init(dev_new);\n`);
init('an instance used for two', plain, '\tret = kstate_register(&dev_state, &dev, 7);\n\tif (ret)\n\t\treturn ret;\n\tret = kstate_register(&dev_state, &other, 7); /* kstate-instance-reused */\n\tif (!ret)\n\t\tret = kstate_restore(&dev_state, &dev, 7);', '7', 'dev', 'other');
init('an instance used for a whole loop', plain.replace('struct kstate', 'static struct dev devs[4];\nstruct kstate'), '\tint i;\n\n\tfor (i = 0; i < 4; i++) {\n\t\tret = kstate_register(&dev_state, &devs[i], 0); /* kstate-instance-reused */\n\t\tif (!ret)\n\t\t\tret = kstate_restore(&dev_state, &devs[i], 0);\n\t\tif (ret && ret != -ENOENT)\n\t\t\treturn ret;\n\t}', '0');
init('an instance in one of two branches', plain, '\tif (value)\n\t\tret = kstate_register(&dev_state, &dev, 1);\n\telse\n\t\tret = kstate_register(&dev_state, &other, 1);\n\tif (!ret)\n\t\tret = kstate_restore(&dev_state, value ? &dev : &other, 1);');
init('an instance behind a return', plain, '\tif (value) {\n\t\tret = kstate_register(&dev_state, &dev, 1);\n\t\treturn ret ? ret : kstate_restore(&dev_state, &dev, 1);\n\t}\n\tret = kstate_register(&dev_state, &other, 1);\n\tif (!ret)\n\t\tret = kstate_restore(&dev_state, &other, 1);');
init('an instance given back in between', plain, '\tret = kstate_register(&dev_state, &dev, 1);\n\tkstate_unregister(&dev_state, &dev, 1);\n\tret = kstate_register(&dev_state, &other, 1);\n\tif (!ret)\n\t\tret = kstate_restore(&dev_state, &other, 1);');
init('an object on the stack', plain, '\tstruct dev mine = { .a = 1 };\n\n\tret = kstate_register(&dev_state, &mine, 1); /* kstate-stack-object */\n\tif (!ret)\n\t\tret = kstate_restore(&dev_state, &dev, 1);', 'mine');
init('an array on the stack', plain, '\tstruct dev mine[2];\n\n\tret = kstate_register_restore(&dev_state, &mine[1]); /* kstate-stack-object */', 'mine');
init('an object on the stack that is restored only', plain, '\tstruct dev mine;\n\n\tret = kstate_register(&dev_state, &dev, 1);\n\tif (!ret)\n\t\tret = kstate_restore(&dev_state, &mine, 1);');
init('an object on the stack that is given back', plain, '\tstruct dev mine;\n\n\tret = kstate_register_restore(&dev_state, &mine);\n\tkstate_unregister(&dev_state, &mine, 1);');
init('a static object in a function', plain, '\tstatic struct dev mine;\n\n\tret = kstate_register_restore(&dev_state, &mine);');
init('a pointer on the stack', plain, '\tstruct dev *mine = kzalloc(sizeof(*mine), GFP_KERNEL);\n\n\tif (!mine)\n\t\treturn -ENOMEM;\n\tret = kstate_register(&dev_state, mine, 1);\n\tif (!ret)\n\t\tret = kstate_restore(&dev_state, mine, 1);');
const undo = (call: string): string => `\tret = kstate_register(&dev_state, &dev, 4);\n\tif (ret)\n\t\treturn ret;\n\tret = kstate_restore(&dev_state, &dev, 4);\n\tif (ret && ret != -ENOENT)\n\t\t${call}`;
init('another instance is unregistered', plain, undo('kstate_unregister(&dev_state, &dev, 5); /* kstate-unregister-mismatch */'), 'kstate_unregister', '5', '4');
init('another object is unregistered', plain, undo('kstate_unregister(&dev_state, &other, 4); /* kstate-unregister-mismatch */'), 'other', 'dev');
init('what was registered is unregistered', plain, undo('kstate_unregister(&dev_state, &dev, 4);'));
init('the first automatic instance is unregistered', plain, '\tret = kstate_register_restore(&dev_state, &dev);\n\tif (ret && ret != -ENOENT)\n\t\tkstate_unregister(&dev_state, &dev, 1);');
init('an automatic instance that there never is', plain, '\tret = kstate_register_restore(&dev_state, &dev);\n\tif (ret && ret != -ENOENT)\n\t\tkstate_unregister(&dev_state, &dev, 0); /* kstate-unregister-mismatch */', '0');
add('registered through a pointer, unregistered in another function', `${own}${plain}int dev_add(struct dev *d, int id)\n{\n\tint ret = kstate_register(&dev_state, d, id);\n\n\treturn ret ? ret : kstate_restore(&dev_state, d, id);\n}\n\nvoid dev_del(struct dev *d, int id)\n{\n\tkstate_unregister(&dev_state, d, id);\n}\n`);
const looped = (back: string): string => `${own}static struct dev devs[3];\n${plain}static int __init dev_init(void)\n{\n\tint i, ret = 0;\n\n\tfor (i = 0; i < 3; i++) {\n\t\tret = kstate_register(&dev_state, &devs[i], i);\n\t\tif (ret)\n\t\t\tbreak;\n\t\tret = kstate_restore(&dev_state, &devs[i], i);\n\t\tif (ret && ret != -ENOENT)\n\t\t\tbreak;\n\t}\n\tif (i == 3)\n\t\treturn 0;\n\twhile (--i >= 0)\n\t\t${back}\n\treturn ret;\n}\nlate_initcall(dev_init);\n`;
add('a loop unregisters the next instance', looped('kstate_unregister(&dev_state, &devs[i], i + 1); /* kstate-unregister-mismatch */'), 'i + 1');
add('a loop unregisters what another one registered', looped('kstate_unregister(&dev_state, &devs[i], i);'));
init('another description is unregistered', plain + description('more_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', '', 'KSTATE_TEST_ID_V2'), `${undo('kstate_unregister(&more_state, &dev, 4); /* kstate-unregister-mismatch */')}\n\telse\n\t\tret = kstate_register_restore(&more_state, &other);`, 'more_state');
init('a description that nothing uses', plain + description('spare_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', '', 'KSTATE_TEST_ID_V2').replace('{', '{ /* kstate-description-unused */'), '\tret = kstate_register_restore(&dev_state, &dev);', 'spare_state');
add('nothing is registered at all', `${own}${plain.replace('{', '{ /* kstate-description-unused */')}static int __init dev_init(void)\n{\n\tdev.a = 1;\n\treturn 0;\n}\nlate_initcall(dev_init);\n`, 'dev_state');
init('a description in a table', plain + description('spare_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', '', 'KSTATE_TEST_ID_V2') + 'struct kstate_description *const all_states[] = { &spare_state };\n', '\tret = kstate_register_restore(&dev_state, &dev);');
init('a description that a header announces', 'extern struct kstate_description spare_state;\n' + plain + description('spare_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', '', 'KSTATE_TEST_ID_V2'), '\tret = kstate_register_restore(&dev_state, &dev);');
init('a restore whose result is dropped', plain, '\tret = kstate_register(&dev_state, &dev, 1);\n\tkstate_restore(&dev_state, &dev, 1); /* kstate-restore-unchecked */', 'kstate_restore');
init('a restore whose result is cast away', plain, '\tret = kstate_register(&dev_state, &dev, 1);\n\t(void)kstate_restore(&dev_state, &dev, 1);');

// ---- subsections ----
const subs = (names: string): string => `.subsections = (const struct kstate_description *[]) { ${names}, NULL },`;
init('a description among its own subsections', `extern struct kstate_description dev_state;\n${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', `.subsections = (const struct kstate_description *[]) {\n\t\t&dev_state, /* kstate-subsection-self */\n\t\tNULL },`)}`, '\tret = kstate_register_restore(&dev_state, &dev);', 'dev_state');
init('subsections of a subsection', `${description('c_state', '\t\tKSTATE_BASE_TYPE(c, struct dev, u64),', '', 'KSTATE_FOLIO_ID')}${description('b_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', `${subs('&c_state')} /* kstate-subsections-ignored */`, 'KSTATE_TEST_ID_V2')}${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', subs('&b_state'))}`, '\tret = kstate_register_restore(&dev_state, &dev);', 'b_state', 'c_state');
init('three that list each other', `extern struct kstate_description dev_state;\n${description('c_state', '\t\tKSTATE_BASE_TYPE(c, struct dev, u64),', `${subs('&dev_state')} /* kstate-subsection-cycle */`, 'KSTATE_FOLIO_ID')}${description('b_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', `${subs('&c_state')} /* kstate-subsection-cycle */`, 'KSTATE_TEST_ID_V2')}${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', `${subs('&b_state')} /* kstate-subsection-cycle */`)}`, '\tret = kstate_register_restore(&dev_state, &dev);', 'b_state');
init('one subsection of two descriptions', `${description('b_state', '\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', '', 'KSTATE_TEST_ID_V2')}${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', subs('&b_state'))}${description('two_state', '\t\tKSTATE_BASE_TYPE(c, struct dev, u64),', subs('&b_state'), 'KSTATE_FOLIO_ID')}`, '\tret = kstate_register_restore(&dev_state, &dev);\n\tif (!ret)\n\t\tret = kstate_register_restore(&two_state, &other);');

// ---- other KSTATEs ----
field('a macro of v2 as the last entry', 'KSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_PAGE(page, struct dev), /* kstate-other-dialect */', 'KSTATE_PAGE', 'KSTATE_FOLIO');
field('a macro of v1', 'KSTATE_SIMPLE(a, struct dev), /* kstate-other-dialect */\n\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', 'KSTATE_SIMPLE');
field('a form with a version that the folio does not have', 'KSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_FOLIO_V(folio, struct dev, 2), /* kstate-other-dialect */', 'KSTATE_FOLIO_V', 'KSTATE_FOLIO has no form with a version', 'does not compile');
field('a deprecated form that pointers do not have', 'KSTATE_POINTER_DEPRECATED(p, u32, 2), /* kstate-other-dialect */\n\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', 'KSTATE_POINTER_DEPRECATED', 'KSTATE_BASE_TYPE_DEPRECATED', 'points at');
field('a deprecated form that addresses do not have', 'KSTATE_ADDRESS_DEPRECATED(page, u64, 2), /* kstate-other-dialect */\n\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', 'KSTATE_ADDRESS_DEPRECATED', 'u64');
field('a mistyped macro', 'KSTATE_BASE_TPYE(a, struct dev, u32), /* kstate-other-dialect */\n\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', 'KSTATE_BASE_TPYE', 'KSTATE_BASE_TYPE');
field('a macro that no KSTATE has', 'KSTATE_MUTEX(a, struct dev), /* kstate-other-dialect */\n\t\tKSTATE_BASE_TYPE(b, struct dev, u32),', 'KSTATE_MUTEX');
add('a macro that a missing header may define', `#include "no-such-header.h"\n${own}${description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),\n\t\tKSTATE_MUTEX(b, struct dev), /* kstate-not-evaluated */')}${use}`, 'KSTATE_MUTEX', 'headers');
field('a macro of v2 that is left out', 'KSTATE_BASE_TYPE(a, struct dev, u32),\n#if 0\n\t\tKSTATE_PAGE(page, struct dev),\n#endif');
add('a macro of v2 that the file defines', `${own}#define KSTATE_PAGE(m, s) KSTATE_ADDRESS(m, s, KS_VMEMMAP_ADDR)\n${description('dev_state', '\t\tKSTATE_PAGE(page, struct dev),')}${use}`);
add('the list head of v2', own + description('dev_state', '\t\tKSTATE_BASE_TYPE(a, struct dev, u32),', '.state_list = LIST_HEAD_INIT(dev_state.state_list), /* kstate-other-dialect */') + use, 'state_list');
add('the list head of v2 in front', own + plain.replace('\t.id =', '\t.state_list = { &dev_state.state_list, &dev_state.state_list }, /* kstate-other-dialect */\n\t.id =') + use, 'state_list');

// ---- custom ----
const callbacks = (save: string, restore: string): string => `static int dev_save(struct kstate_stream *s, void *obj, const struct kstate_field *f)\n{\n${save}\n}\nstatic int dev_load(struct kstate_stream *s, void *obj, const struct kstate_field *f)\n{\n${restore}\n}\n`;
function custom(name: string, save: string, restore: string, mark = '', ...words: string[]): void {
  add(name, own + callbacks(save, restore) + description('dev_state', `\t\t{ .name = "a", .flags = KS_CUSTOM, .offset = offsetof(struct dev, a), .save = dev_save,\n\t\t  .restore = dev_load },${mark}`) + use, ...words);
}
custom('custom: eight bytes and four', '\tu64 x = *(u32 *)obj;\n\n\treturn kstate_save_data(s, &x, sizeof(x));', '\tkstate_restore_data(s, obj, sizeof(u32));\n\treturn 0;', ' /* kstate-custom-length */', 'dev_save', 'dev_load', '8 bytes');
custom('custom: two writes, one read', '\tint ret = kstate_save_data(s, obj, 4);\n\n\tif (ret)\n\t\treturn ret;\n\treturn kstate_save_data(s, obj, 4);', '\tkstate_restore_data(s, obj, 4);\n\treturn 0;', ' /* kstate-custom-length */', '8 bytes');
custom('custom: a length that the stream has', '\tu32 n = *(u32 *)obj;\n\tint ret = kstate_save_data(s, &n, sizeof(n));\n\n\tif (ret)\n\t\treturn ret;\n\treturn kstate_save_data(s, obj, n);', '\tu32 n;\n\n\tkstate_restore_data(s, &n, sizeof(n));\n\tif (n > 4)\n\t\treturn -EINVAL;\n\tkstate_restore_data(s, obj, n);\n\treturn 0;');
custom('custom: in a loop', '\tint i, ret = 0;\n\n\tfor (i = 0; i < 4 && !ret; i++)\n\t\tret = kstate_save_data(s, obj, 1);\n\treturn ret;', '\tkstate_restore_data(s, obj, 4);\n\treturn 0;');
