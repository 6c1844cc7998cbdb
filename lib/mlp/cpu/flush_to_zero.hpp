// For as long as it lives, this thread treats subnormal numbers as zero: they are slow on many processors and mean nothing to training.
#pragma once

namespace ghee::mlp::cpu {

class FlushToZero
{
  public:
    FlushToZero();
    /// Puts the thread's floating-point state back as it was.
    ~FlushToZero();
    FlushToZero(FlushToZero const&) = delete;
    FlushToZero& operator=(FlushToZero const&) = delete;

  private:
    unsigned before_ = 0;
};

}  // namespace ghee::mlp::cpu
