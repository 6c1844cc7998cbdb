// The bf16 kernels of the product, on emulated tile registers.
#define GHEE_CPU_SET emulated
#define GHEE_CPU_NAME "emulated-bf16"
#define GHEE_CPU_LANES 16
#define GHEE_CPU_TILE_VECTORS 4
#include "emulated_tiles.inc"

#include "mlp/cpu/amx/step.inc"
