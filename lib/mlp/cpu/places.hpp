// What laying out a network has in common in every precision: places in the arena, and what the plan says of the network.
#pragma once

#include <functional>
#include <vector>

#include "mlp/cpu/arena.hpp"
#include "mlp/cpu/plan.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp::cpu {

/// Pointers are set once the arena is open; until then, what is to be set is remembered with its offset.
using Settings = std::vector<std::function<void()>>;

class Places
{
  public:
    explicit Places(Arena& arena) : arena_(arena) {}
    /// `pointer` will be that of `count` new numbers; it may not move.
    template<class T>
    void add(T*& pointer, std::size_t count)
    {
        static_assert(sizeof(T) == sizeof(float));
        std::size_t const offset = arena_.reserve(count);
        settings_.push_back([&arena = arena_, &pointer, offset] { pointer = reinterpret_cast<T*>(arena.at(offset)); });
    }
    /// Something to be done once what was added so far is there.
    void then(std::function<void()> action) { settings_.push_back(std::move(action)); }
    [[nodiscard]] Settings const& settings() const { return settings_; }

  private:
    Arena& arena_;
    Settings settings_;
};

/// Whether hidden layers store the derivative of their activation, because their output does not tell it.
[[nodiscard]] bool keeps_slopes(Network const&);

/// What layers and plan say of the network and its threads, without any memory.
void describe(TrainerSpec const&, std::vector<LayerPlan>& layers, Plan&);

}  // namespace ghee::mlp::cpu
