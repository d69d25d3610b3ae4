/** Whether a text can have anything to do with KSTATE: the word by itself or at the beginning of one, not inside (`linkstate`). */
const WORDS = /(?<![A-Za-z0-9])kstate|KSTATE_/;

export function mentionsKstate(text: string): boolean {
  return WORDS.test(text);
}
