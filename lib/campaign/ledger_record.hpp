// Records of the ledger as bytes (CBOR) and back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "campaign/ledger.hpp"

namespace ghee::campaign {

using Payload = std::vector<std::uint8_t>;

/// The first frame's version; a higher one is a newer ghee's.
inline constexpr int ledger_version = 1;

Payload encode_header(LedgerPlan const&);
/// A coordinator that came back. The plan's tasks and configurations are written only if `with_plan`.
Payload encode_session(LedgerPlan const&, bool with_plan);
Payload encode(store::NodeRow const&);
Payload encode(RunReport const&);
Payload encode(AttemptRecord const&);
Payload encode(StopRecord const&);

struct HeaderRecord
{
    std::string format;
    int version = 0;
    std::string ghee_version;
    LedgerPlan plan;
};
HeaderRecord decode_header(Payload const&);
/// Changes `plan` to what the session brought; where and when the campaign began stays.
void decode_session(Payload const&, LedgerPlan& plan);
void decode(Payload const&, store::NodeRow&);
/// The report and its samples lie one behind the other, so that looking at a run does not unpack its samples.
void decode(Payload const&, RunReport&, Samples);
void decode(Payload const&, AttemptRecord&);
void decode(Payload const&, StopRecord&);

}  // namespace ghee::campaign
