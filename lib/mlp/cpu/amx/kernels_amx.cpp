// The bf16 kernels on the processor's tile registers.
#define GHEE_CPU_SET amx
#define GHEE_CPU_NAME "amx-bf16"
#define GHEE_CPU_LANES 16
#define GHEE_CPU_TILE_VECTORS 4
#include "mlp/cpu/amx/tiles.inc"

#include "mlp/cpu/amx/step.inc"
