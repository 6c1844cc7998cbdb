// The kernels for instruction set NEON, which every 64-bit Arm processor has.
#define GHEE_CPU_SET neon
#define GHEE_CPU_NAME "neon"
#define GHEE_CPU_LANES 4
#define GHEE_CPU_TILE_VECTORS 4
#define GHEE_CPU_GRADIENT_ROWS 6
#include "mlp/cpu/step.inc"
