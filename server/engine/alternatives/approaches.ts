/**
 * The approaches that the posting of KHO compares itself with, and what it says of each: "[PATCH v4 00/14] kexec: introduce Kexec HandOver (KHO)", 6 February 2025,
 * section Alternatives (message 20250206132754.2596694-1-rppt@kernel.org). What the posting leaves open is assumed, and each assumption says so.
 */

/** A sentence of a report, and what it rests on: the posting's words, the participants' own sizes and places, or our assumption where the posting is silent. */
export interface Statement { readonly text: string; readonly ground: 'posting' | 'scenario' | 'assumption' }

export const said = (text: string): Statement => ({ text, ground: 'posting' });
export const measured = (text: string): Statement => ({ text, ground: 'scenario' });
export const assumed = (text: string): Statement => ({ text, ground: 'assumption' });

export type ApproachId = 'memory pools' | 'PRMEM' | 'pkernfs' | 'PKRAM';

/** What a participant has: pages that belong to userspace, or the kernel's own. */
export type DataKind = 'user pages' | 'kernel data';

export interface Approach {
  readonly id: ApproachId;
  readonly what: Statement;
  /** What it takes, and the sentence that says so. */
  readonly takes: Readonly<Record<DataKind, { readonly taken: boolean; readonly why: Statement }>>;
  /**
   * Where the data lies. `region`: in the memory set aside, which does not grow; `growing region`: there, and the region can be made larger;
   * `in place`: where it was before, listed from a page that was set aside.
   */
  readonly lies: 'region' | 'growing region' | 'in place';
  /** How the next kernel finds it. */
  readonly found: Statement;
}

/** Holds for all four. */
export const needsPlace = said('all of them need a place in physical memory that the administrator carved out: nothing but the command line passes data between their kernels');

const taken = (why: Statement): { readonly taken: true; readonly why: Statement } => ({ taken: true, why });

export const approaches: readonly Approach[] = [
  {
    id: 'memory pools',
    what: said('a preallocated persistent region with an allocator'),
    takes: {
      'user pages': taken(assumed('the pool does not ask what its pages hold, so those of userspace can lie in it')),
      'kernel data': taken(said('an allocator hands out pieces of the region')),
    },
    lies: 'region',
    found: assumed('the region is named on the command line, and a header at its start says what is in it'),
  },
  {
    id: 'PRMEM',
    what: said('persistent regions that can be resized, with an allocator; the command line has the place of their metadata'),
    takes: {
      'user pages': taken(assumed('the allocator does not ask what its pages hold, so those of userspace can lie in it')),
      'kernel data': taken(said('an allocator hands out pieces of the regions')),
    },
    lies: 'growing region',
    found: said('the metadata has a fixed place, named on the command line'),
  },
  {
    id: 'pkernfs',
    what: said('a preallocated file system for data in the kernel, at a fixed place named on the command line'),
    takes: {
      'user pages': taken(assumed('a guest\'s memory is a file of pkernfs, as the title of the talk that the posting names has it (guest memory and kernel or device state), and no memfd')),
      'kernel data': taken(said('the file system is for data in the kernel')),
    },
    lies: 'region',
    found: said('the file system has a fixed place, named on the command line'),
  },
  {
    id: 'PKRAM',
    what: said('hands over pages of userspace, from a metadata page whose place the command line has'),
    takes: {
      'user pages': taken(said('pages of userspace are what it hands over')),
      'kernel data': { taken: false, why: said('it hands over pages of userspace; data of the kernel is not among them') },
    },
    lies: 'in place',
    found: said('the metadata page has a fixed place, named on the command line'),
  },
];
