// Records as JSON (and CBOR): the wire between child, worker, daemon and coordinator, and the ledger's payload.
// NaN travels as null. Unknown keys are ignored and missing ones keep their default, so that versions can differ.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "record/account.hpp"
#include "record/configuration.hpp"
#include "record/node.hpp"
#include "record/run.hpp"
#include "record/trace.hpp"
#include "record/training.hpp"

namespace ghee {

void to_json(nlohmann::json&, Network const&);
void from_json(nlohmann::json const&, Network&);
void to_json(nlohmann::json&, Optimizer const&);
void from_json(nlohmann::json const&, Optimizer&);
void to_json(nlohmann::json&, Stopping const&);
void from_json(nlohmann::json const&, Stopping&);
void to_json(nlohmann::json&, Configuration const&);
void from_json(nlohmann::json const&, Configuration&);
void to_json(nlohmann::json&, Task const&);
void from_json(nlohmann::json const&, Task&);
void to_json(nlohmann::json&, Mark const&);
void from_json(nlohmann::json const&, Mark&);
void to_json(nlohmann::json&, EpochRecord const&);
void from_json(nlohmann::json const&, EpochRecord&);
void to_json(nlohmann::json&, ReplicaResult const&);
void from_json(nlohmann::json const&, ReplicaResult&);
void to_json(nlohmann::json&, TrainingResult const&);
void from_json(nlohmann::json const&, TrainingResult&);
void to_json(nlohmann::json&, Channel const&);
void from_json(nlohmann::json const&, Channel&);
void to_json(nlohmann::json&, Trace const&);
void from_json(nlohmann::json const&, Trace&);
void to_json(nlohmann::json&, EnergyAccount const&);
void from_json(nlohmann::json const&, EnergyAccount&);
void to_json(nlohmann::json&, Cache const&);
void from_json(nlohmann::json const&, Cache&);
void to_json(nlohmann::json&, Gpu const&);
void from_json(nlohmann::json const&, Gpu&);
void to_json(nlohmann::json&, BackendState const&);
void from_json(nlohmann::json const&, BackendState&);
void to_json(nlohmann::json&, NodeInfo const&);
void from_json(nlohmann::json const&, NodeInfo&);
void to_json(nlohmann::json&, FailedAttempt const&);
void from_json(nlohmann::json const&, FailedAttempt&);
void to_json(nlohmann::json&, RunReport const&);
void from_json(nlohmann::json const&, RunReport&);

}  // namespace ghee
