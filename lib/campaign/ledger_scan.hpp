// Reading a ledger that is already open: shared by its writer, its readers and the publisher.
#pragma once

#include <functional>
#include <string>

#include "campaign/ledger.hpp"

namespace ghee::campaign {

/// Reads `descriptor` up to `size` bytes. `nothing_yet`: no whole first frame, and nothing else either (a writer died creating it).
struct Scan
{
    LedgerState state;
    bool nothing_yet = false;
};
Scan scan_open_ledger(int descriptor, std::int64_t size, std::string const& name, std::function<void(RunReport&&)> const& run, Samples);

/// scan_ledger of the first `bytes` only; negative: all there is.
LedgerState scan_ledger_up_to(std::filesystem::path const&, std::int64_t bytes, std::function<void(RunReport&&)> const& run, Samples);

std::uint64_t fingerprint(Task const&);

}  // namespace ghee::campaign
