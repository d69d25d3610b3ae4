// SYNTAX TEST "source.c" "KSTATE fields and descriptions"

struct demo { int n; };
//     ^^^^ - entity.name.type.kstate

static struct kstate_description demo_state = {
//     ^^^^^^ storage.type.struct.kstate
//            ^^^^^^^^^^^^^^^^^^ entity.name.type.kstate
  .name = "demo",
// ^^^^ variable.other.member.kstate
//        ^^^^^^ string.quoted.double.c
  .version_id = 2, .id = KSTATE_TEST_ID,
// ^^^^^^^^^^ variable.other.member.kstate
//                  ^^ variable.other.member.kstate
//              ^ constant.numeric.decimal.c
//                       ^^^^^^^^^^^^^^ variable.other.enummember.kstate
  .fields = (const struct kstate_field[]) {
// ^^^^^^ variable.other.member.kstate
//           ^^^^^ storage.modifier.kstate
//                        ^^^^^^^^^^^^ entity.name.type.kstate
      KSTATE_BASE_TYPE(tag, struct demo, char [10]),
//    ^^^^^^^^^^^^^^^^ meta.call.kstate entity.name.function.macro.kstate
//                     ^^^ variable.other.member.kstate
//                        ^ punctuation.separator.delimiter.kstate
//                          ^^^^^^ storage.type.struct.kstate
//                                 ^^^^ entity.name.type.kstate
//                                       ^^^^ storage.type.built-in.primitive.kstate
//                                             ^^ constant.numeric.kstate
//                                                ^ meta.call.kstate punctuation.section.arguments.end.bracket.round.kstate
//                                                 ^ - meta.call.kstate
      KSTATE_BASE_TYPE_V(a.b[1], struct demo, u32, 3),
//    ^^^^^^^^^^^^^^^^^^ entity.name.function.macro.kstate
//                       ^ variable.other.member.kstate
//                         ^ variable.other.member.kstate
//                           ^ constant.numeric.kstate
//                                            ^^^ entity.name.type.kstate
//                                                 ^ constant.numeric.kstate
      KSTATE_ADDRESS(page, struct demo, KS_VMEMMAP_ADDR),
//                                      ^^^^^^^^^^^^^^^ variable.other.enummember.kstate
      KSTATE_BASE_TYPE_DEPRECATED(gone, u16, DEMO_V1),
//                                ^^^^ variable.other.member.kstate
//                                      ^^^ entity.name.type.kstate
//                                           ^^^^^^^ variable.other.constant.kstate
      KSTATE_BASE_TYPE(long_member_name,
//                     ^^^^^^^^^^^^^^^^ variable.other.member.kstate
                       struct demo, /* a remark */
//                            ^^^^ entity.name.type.kstate
//                                  ^^^^^^^^^^^^^^ comment.block.c
                       unsigned long),
//                     ^^^^^^^^ storage.type.built-in.primitive.kstate
//                                  ^ meta.call.kstate punctuation.section.arguments.end.bracket.round.kstate
//                                   ^ - meta.call.kstate
      {
        .name = "raw", .flags = KS_CUSTOM | KS_POINTER,
//       ^^^^ variable.other.member.kstate
//                      ^^^^^ variable.other.member.kstate
//                              ^^^^^^^^^ variable.other.enummember.kstate
//                                          ^^^^^^^^^^ variable.other.enummember.kstate
        .offset = offsetof(struct demo, n),
//       ^^^^^^ variable.other.member.kstate
//                                      ^ - meta.call.kstate
      },
      KSTATE_END_OF_LIST()
//    ^^^^^^^^^^^^^^^^^^ entity.name.function.macro.kstate
    },
  .subsections = (const struct kstate_description *[]) { &demo_n_state, NULL },
// ^^^^^^^^^^^ variable.other.member.kstate
//                                                                      ^^^^ constant.language.c
};
//^ - meta.initializer.kstate

static struct other x = { .name = "not ours", .id = 1 };
//                         ^^^^ - variable.other.member.kstate

static int demo_probe(struct demo *d)
{
  return kstate_register(&demo_state, d, 123);
//       ^^^^^^^^^^^^^^^ support.function.kstate
}

/* KSTATE_FOLIO(buf, struct demo) */
// <---- comment.block.c - meta.call.kstate
static const char *s = "KSTATE_FOLIO(buf)";
//                      ^^^^^^^^^^^^ string.quoted.double.c - entity.name.function.macro.kstate

#define DEMO_FIELD(f) KSTATE_BASE_TYPE(f, struct demo, \
//                    ^^^^^^^^^^^^^^^^ entity.name.function.macro.kstate
                                       u32)
static int after_define;
// <------ storage.modifier.c - meta.call.kstate meta.preprocessor.macro.c
