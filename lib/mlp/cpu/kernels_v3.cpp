// The kernels for instruction set x86-64-v3.
#define GHEE_CPU_SET v3
#define GHEE_CPU_NAME "x86-64-v3"
#define GHEE_CPU_LANES 8
#define GHEE_CPU_TILE_VECTORS 2
#define GHEE_CPU_GRADIENT_ROWS 2
#include "mlp/cpu/step.inc"
