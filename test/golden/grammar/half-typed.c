// SYNTAX TEST "source.c" "KSTATE macros while they are being typed"

static const struct kstate_field a[] = {
    KSTATE_BASE_TYPE(tag, struct demo
//  ^^^^^^^^^^^^^^^^ entity.name.function.macro.kstate
//                               ^^^^ entity.name.type.kstate
    KSTATE_POINTER(cnt, struct demo),
//  ^^^^^^^^^^^^^^ entity.name.function.macro.kstate
//                 ^^^ variable.other.member.kstate
    KSTATE_BASE_TYPE(tag,
    KSTATE_FOLIO(buf, struct demo),
//  ^^^^^^^^^^^^ entity.name.function.macro.kstate
//               ^^^ variable.other.member.kstate
    KSTATE_BASE_TYPE
//  ^^^^^^^^^^^^^^^^ entity.name.function.macro.kstate - meta.call.kstate
    KSTATE_BASE_TYPE(
    KSTATE_END_OF_LIST()
//  ^^^^^^^^^^^^^^^^^^ entity.name.function.macro.kstate
};

int counter_a;
// <--- storage.type.built-in.primitive.c - meta.call.kstate

static struct kstate_description b = {
  .name = "b",
  .fields = (const struct kstate_field[]) {
    KSTATE_BASE_TYPE(tag, char [10, struct demo,

int counter_b;
// <--- storage.type.built-in.primitive.c - meta.call.kstate meta.initializer.kstate
static int run(void)
{
  int i = KSTATE_BASE_TYPE(tag, struct (demo;
  return i;
//^^^^^^ keyword.control.c - meta.call.kstate
}
int counter_c;
// <--- storage.type.built-in.primitive.c
