// One piece of memory for everything a network needs, so that nothing is allocated while it trains.
#pragma once

#include <cstddef>
#include <memory>

namespace ghee::mlp::cpu {

class Arena
{
  public:
    /// The offset, in floats, of a new part of `floats` floats that begins on a cache line.
    std::size_t reserve(std::size_t floats);
    /// Of all parts so far: what open() takes.
    [[nodiscard]] std::size_t bytes() const { return floats_ * sizeof(float); }
    /// Takes the memory and fills it with NaN: what is read before it is written shows. Touches every page. Throws Error.
    void open();
    [[nodiscard]] float* at(std::size_t offset) const { return memory_.get() + offset; }

  private:
    struct Free
    {
        void operator()(float* memory) const;
    };
    std::unique_ptr<float[], Free> memory_;
    std::size_t floats_ = 0;
};

}  // namespace ghee::mlp::cpu
