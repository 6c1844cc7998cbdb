// The kernels for instruction set SVE with vectors of 256 bits.
#define GHEE_CPU_SET sve256
#define GHEE_CPU_NAME "sve-256"
#define GHEE_CPU_LANES 8
#define GHEE_CPU_TILE_VECTORS 4
#define GHEE_CPU_GRADIENT_ROWS 6
#include "mlp/cpu/step.inc"
