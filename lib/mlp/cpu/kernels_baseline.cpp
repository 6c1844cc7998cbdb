// The kernels for instruction set baseline.
#define GHEE_CPU_SET baseline
#define GHEE_CPU_NAME "baseline"
#define GHEE_CPU_LANES 4
#define GHEE_CPU_TILE_VECTORS 2
#define GHEE_CPU_GRADIENT_ROWS 2
#include "mlp/cpu/step.inc"
