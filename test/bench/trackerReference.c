/*
 * What a C program takes for the same: mark order-0 pages scattered over a machine, make the handed-over structures, read them back.
 * The list of pages is made before the clock starts.
 *
 *   cc -O2 -o reference trackerReference.c && ./reference bitmap|radix PAGES GIB
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE_BYTES 4096u
#define WORDS (PAGE_BYTES / 8)

static uint64_t count, sum;

static void *zeroed_page(void)
{
	void *page = aligned_alloc(PAGE_BYTES, PAGE_BYTES);

	if (!page)
		abort();
	return memset(page, 0, PAGE_BYTES);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void read_bits(const uint64_t *words, uint64_t first_pfn)
{
	for (unsigned i = 0; i < WORDS; i++) {
		uint64_t word = words[i];

		while (word) {
			sum += (first_pfn + i * 64 + (unsigned)__builtin_ctzll(word)) * 0x9e3779b97f4a7c15ull;
			count++;
			word &= word - 1;
		}
	}
}

struct element { uint64_t start; const uint64_t *bits; };
struct chunk { struct chunk *next; uint32_t order, used; struct element elements[255]; };

static void mark_bitmap(uint64_t **bitmaps, const uint64_t *pfns, uint64_t pages)
{
	for (uint64_t i = 0; i < pages; i++) {
		uint64_t **bitmap = &bitmaps[pfns[i] >> 15];

		if (!*bitmap)
			*bitmap = zeroed_page();
		(*bitmap)[(pfns[i] & 32767) >> 6] |= 1ull << (pfns[i] & 63);
	}
}

static struct chunk *make_chunks(uint64_t **bitmaps, uint64_t bitmap_count)
{
	struct chunk *first = NULL, **link = &first, *last = NULL;

	for (uint64_t i = 0; i < bitmap_count; i++) {
		if (!bitmaps[i])
			continue;
		if (!last || last->used == 255) {
			last = zeroed_page();
			*link = last;
			link = &last->next;
		}
		last->elements[last->used++] = (struct element){ i << 27, bitmaps[i] };
	}
	return first;
}

static void mark_radix(void **root, const uint64_t *pfns, uint64_t pages)
{
	for (uint64_t i = 0; i < pages; i++) {
		uint64_t key = 1ull << 52 | pfns[i];
		void **node = root;

		for (int shift = 51; shift >= 15; shift -= 9) {
			void **slot = &node[key >> shift & 511];

			if (!*slot)
				*slot = zeroed_page();
			node = *slot;
		}
		((uint64_t *)node)[(key & 32767) >> 6] |= 1ull << (key & 63);
	}
}

static void walk_radix(void **node, int shift, uint64_t prefix)
{
	for (uint64_t i = 0; i < 512; i++) {
		uint64_t key = prefix | i << shift;

		if (!node[i])
			continue;
		if (shift > 15)
			walk_radix(node[i], shift - 9, key);
		else
			read_bits(node[i], key & ~(1ull << 52));
	}
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	int radix = !strcmp(argv[1], "radix");
	uint64_t pages = strtoull(argv[2], NULL, 10), machine = strtoull(argv[3], NULL, 10) << 18;
	uint64_t *pfns = malloc(pages * sizeof(*pfns)), state = 42;
	uint64_t **bitmaps = calloc((machine >> 15) + 1, sizeof(*bitmaps));
	void **root = zeroed_page();

	if (!pfns || !bitmaps)
		return 1;
	for (uint64_t i = 0; i < pages; i++) {
		state ^= state >> 12;
		state ^= state << 25;
		state ^= state >> 27;
		pfns[i] = state * 0x2545f4914f6cdd1dull % machine;
	}
	double start = seconds(), marked, encoded;
	struct chunk *chunks = NULL;

	if (radix)
		mark_radix(root, pfns, pages);
	else
		mark_bitmap(bitmaps, pfns, pages);
	marked = seconds();
	if (!radix)
		chunks = make_chunks(bitmaps, (machine >> 15) + 1);
	encoded = seconds();
	if (radix)
		walk_radix(root, 51, 0);
	for (; chunks; chunks = chunks->next)
		for (uint32_t i = 0; i < chunks->used; i++)
			read_bits(chunks->elements[i].bits, chunks->elements[i].start >> 12);
	double end = seconds();

	printf("%s mark %.3f s encode %.3f s decode %.3f s total %.3f s distinct %llu sum %016llx\n", argv[1], marked - start, encoded - marked, end - encoded,
	       end - start, (unsigned long long)count, (unsigned long long)sum);
	return 0;
}
