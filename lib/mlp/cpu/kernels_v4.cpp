// The kernels for instruction set x86-64-v4.
#define GHEE_CPU_SET v4
#define GHEE_CPU_NAME "x86-64-v4"
#define GHEE_CPU_LANES 16
#define GHEE_CPU_TILE_VECTORS 4
#define GHEE_CPU_GRADIENT_ROWS 6
#include "mlp/cpu/step.inc"
