// The list of backends and how one is chosen. A backend refuses with a reason; nothing else ever runs under its name.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mlp/group.hpp"
#include "mlp/trainer.hpp"

namespace ghee::mlp {

/// Up to which size of network a backend trains in one form, and from where on in another.
struct Crossover
{
    int depth = 0;
    int replicas = 0;
    std::int64_t parameters = 0;  ///< the most that `below` takes; 0: it takes none
    Form below = Form::solo;
    Form above = Form::layers;
};
struct Crossovers
{
    std::vector<Crossover> list;
    std::string conditions;  ///< "batch 256, Adam, fp32 ..."
    std::string origin;      ///< where they come from: a measurement, or that they are reckoned
};

struct Backend
{
    std::string_view name;  ///< "reference", "cpu", "cuda", "cudnn"
    Device device = Device::cpu;
    /// Why this machine cannot run the backend at all; empty: it can.
    std::string (*absence)();
    /// Why it cannot run this; empty: it can. Includes absence().
    std::string (*refuses)(TrainerSpec const&);
    /// Precondition: refuses(spec) is empty.
    std::unique_ptr<Trainer> (*make)(TrainerSpec const&);
    /// What memory_bytes() of a trainer made of this will be. Null or 0: it does not tell. Precondition: refuses(spec) is empty.
    std::size_t (*memory_bytes)(TrainerSpec const&) = nullptr;
    /// How many threads make the training of this quickest, where it may use so many processor cores. Null: one.
    int (*threads_that_pay)(TrainerSpec const&, int processors) = nullptr;
    /// spec.replicas networks side by side, as many as `replicas` has, each with a seed and rows of its own out of `data` (read while this is
    /// called and not later). Null, or gives null: it trains one network at a time. Precondition: refuses(spec) is empty.
    std::unique_ptr<Group> (*make_group)(TrainerSpec const&, Samples data, std::vector<Replica> replicas, Lessons const&) = nullptr;
    /// Which form trains what, on this machine. Null: it has one form. Precondition: absence() is empty.
    Crossovers (*crossovers)() = nullptr;
};

/// Every backend that this ghee knows, fastest of its device first; also those whose module is not here (they refuse and say how to get it).
std::span<Backend const> backends();

/// The backend of that name, or for "auto" the first of `device` that does not refuse. Throws Error with all reasons.
Backend const& choose_backend(std::string_view name, Device device, TrainerSpec const&);

/// Initial weights of a network: the same numbers (rounded to fp32) for every backend. glorot_uniform: U(-a, a), a = sqrt(6 / (in + out)).
Weights initial_weights(Network const&, Initializer, std::uint64_t seed);

}  // namespace ghee::mlp
