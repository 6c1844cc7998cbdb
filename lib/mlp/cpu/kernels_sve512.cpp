// The kernels for instruction set SVE with vectors of 512 bits.
#define GHEE_CPU_SET sve512
#define GHEE_CPU_NAME "sve-512"
#define GHEE_CPU_LANES 16
#define GHEE_CPU_TILE_VECTORS 4
#define GHEE_CPU_GRADIENT_ROWS 6
#include "mlp/cpu/step.inc"
