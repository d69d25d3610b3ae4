/** Which macros are the name of a contract between two kernels: told from the macro's name and its string, wherever it is defined. */

const named = /(?:^|_)COMPAT(?:IBLE)?(?:_|$)/;
/** `"kho-v3"`, `"luo-session-v2"`, `"kho-v4;radix-v1"`; `"test-v" #i` leaves the number to the macro's argument. */
const versioned = /(?:^|[-_;])v\d*(?:"$|;)/;

/**
 * @param name the macro's.
 * @param string the first token of its body, with its quotes.
 * @param family finds the words of the handover in a name. A macro that has one counts with any string; another one needs a version, and no
 * comma: `"vendor,device-v1"` is a devicetree binding.
 */
export function compatibleMacro(name: string, string: string, family: RegExp): boolean {
  if (!named.test(name)) return false;
  return family.test(name) || (versioned.test(string) && !string.includes(','));
}

/**
 * A text in which no such macro can be has no match: the name, perhaps parameters, then a string. For files that hold nothing else of
 * interest, which are the longest of a kernel (register lists of graphics drivers) and need no lexing then.
 */
export const maybeContract = /COMPATIBLE\w*(?:\([^)]*\))?(?:\s|\\|\/\*[^]{0,400}?\*\/)*"/;
