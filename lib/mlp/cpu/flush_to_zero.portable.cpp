// Where no portable way to flush subnormal numbers is known they are kept: results stay right, only slower when training dies out.
#include "mlp/cpu/flush_to_zero.hpp"

namespace ghee::mlp::cpu {
FlushToZero::FlushToZero() = default;
FlushToZero::~FlushToZero() = default;
}  // namespace ghee::mlp::cpu
