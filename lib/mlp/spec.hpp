// What no backend can train: the part of every refusal that is about the network and not about the machine.
#pragma once

#include <string>
#include <string_view>

#include "mlp/trainer.hpp"

namespace ghee::mlp {

/// Why this describes no training at all; empty: it does.
std::string impossible(TrainerSpec const&);

/// Why a backend that trains in one form only does not train in the one that is asked for; empty: none is.
std::string refuses_forms(TrainerSpec const&);

/// Why no machine trains in this form on that backend ("auto": any of the device); empty: one may.
std::string no_choice_of_forms(Form, std::string_view backend, Device);

/// Whether the output of layer d is added to that of layer d-1 (record/network.hpp).
inline bool adds_input(Network const& network, int d) { return network.residual && d > 0 && d < network.depth() - 1; }

}  // namespace ghee::mlp
