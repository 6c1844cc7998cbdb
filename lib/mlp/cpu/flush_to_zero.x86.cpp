// Flush-to-zero by the bits FTZ and DAZ of MXCSR.
#include <xmmintrin.h>

#include "mlp/cpu/flush_to_zero.hpp"

namespace ghee::mlp::cpu {

namespace {
constexpr unsigned results_and_operands = 0x8040;
}

FlushToZero::FlushToZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | results_and_operands); }
FlushToZero::~FlushToZero() { _mm_setcsr(before_); }

}  // namespace ghee::mlp::cpu
