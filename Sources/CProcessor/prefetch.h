// The instruction that fetches a cache line before it is needed.

static inline void prefetch_for_reading(const void *address) { __builtin_prefetch(address, 0, 3); }

static inline void prefetch_for_writing(const void *address) { __builtin_prefetch(address, 1, 3); }
