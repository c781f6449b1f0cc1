// What Swift cannot ask of the architecture that it builds for.

// Whether a register holds sixteen numbers and there are 32 of them; 16 registers of eight numbers (AVX2), 16 of four
// (SSE) or 32 of four (NEON) otherwise.
#if defined(__AVX512F__)
#define REGISTERS_HOLD_SIXTEEN 1
#else
#define REGISTERS_HOLD_SIXTEEN 0
#endif
