// A folder of its own per test, a plan, and the ledger's bare bytes.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "campaign/ledger.hpp"
#include "store/sample_run.hpp"
#include "support/command.hpp"

namespace ghee::test {

/// The runs sample_run(0) to sample_run(runs - 1), under a campaign seed.
inline campaign::LedgerPlan ledger_plan(int runs, std::uint64_t seed = 42)
{
    campaign::LedgerPlan plan;
    auto const contents = sample_contents(0);
    plan.provenance = contents.provenance;
    plan.configurations = contents.configurations;
    std::vector<Task> tasks;
    for (int i = 0; i < runs; ++i)
        tasks.push_back(make_task(sample_run(i).task.configuration, i, seed));
    plan.tasks = campaign::fingerprints(tasks);
    return plan;
}

inline std::string read_bytes(std::filesystem::path const& path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

struct LedgerFolder : testing::Test
{
    TemporaryFolder const own;
    std::filesystem::path const folder = own.path();
    std::filesystem::path const path = folder / "a.h5.ledger";

    [[nodiscard]] std::string bytes() const { return read_bytes(path); }
    void write(std::string const& content) const { std::ofstream(path, std::ios::binary | std::ios::trunc) << content; }
};

}  // namespace ghee::test
