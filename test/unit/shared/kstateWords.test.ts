import assert from 'node:assert/strict';
import { mentionsKstate } from '../../../server/shared/kstateWords';

describe('the word that a file of KSTATE has', () => {
  it('stands by itself or begins a word', () => {
    for (const text of ['#include <linux/kstate.h>', 'struct kstate_description d;', 'KSTATE_END_OF_LIST()', 'my_kstate', '&kstate']) assert.ok(mentionsKstate(text), text);
    for (const text of ['netif_linkstate(dev)', 'struct kstat stat;', 'checkstate', 'K STATE', '']) assert.ok(!mentionsKstate(text), text);
  });
});
