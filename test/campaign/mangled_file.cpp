// Whatever happens to a campaign file's bytes, it is read or refused in one line; nothing else.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "campaign/written_campaign.hpp"

namespace {
using namespace ghee;
using namespace ghee::campaign;

std::string const good = R"([campaign]
name = "mangled"
seed = 1
order = "listed"
[[grid]]
dataset = ["banana", "nursery"]
shape = "rectangle"
size = ["2^5..2^8", 300]
depth = [2, 4]
optimizer = "sgd"
momentum = 0.9
[[grid]]
workload = "w"
layers = "1..3"
[exclude]
size = 64
max_size_error = 0.3
[training]
target_loss = 0.1
init = "he_uniform"
[measure]
idle_before_s = 0.5
phases = false
[power]
meters = ["rapl", "nvml"]
[run]
memory_limit_gb = 1.5
[workload.w]
command = ["sh", "-c", "echo {layers} {seed} {{x}}"]
)";

/// Whether the text was accepted. Anything but a Campaign or a UsageError of one line fails the test.
bool read_or_refuse(std::filesystem::path const& path, std::string const& text)
{
    test::write_file(path, text);
    try
    {
        auto const campaign = read_campaign(path);
        EXPECT_EQ(order_tasks(campaign, expand(campaign)).empty(), false) << text;
        return true;
    }
    catch (UsageError const& error)
    {
        std::string const said = error.what();
        EXPECT_EQ(said.rfind(path.string(), 0), 0u) << said;
        EXPECT_EQ(said.find('\n'), std::string::npos) << said;
    }
    return false;
}

TEST(MangledFile, ATruncatedOneIsReadOrRefused)
{
    test::TemporaryFolder const folder;
    int accepted = 0;
    for (std::size_t length = 0; length <= good.size(); ++length)
        accepted += read_or_refuse(folder / "c.toml", good.substr(0, length));
    EXPECT_TRUE(read_or_refuse(folder / "c.toml", good));
    EXPECT_GT(accepted, 0);
    EXPECT_LT(accepted, static_cast<int>(good.size()));
}

TEST(MangledFile, OneWithWrongBytesIsReadOrRefused)
{
    test::TemporaryFolder const folder;
    Random const random(2026, 1);
    int refused = 0;
    for (std::uint64_t round = 0; round < 1500; ++round)
    {
        std::string text = good;
        for (std::uint64_t flips = 1 + random.below(8 * round, 3), i = 1; i <= flips; ++i)
        {
            auto const at = static_cast<std::size_t>(random.below(8 * round + i, text.size()));
            // Half the changes are any byte, half are bytes that mean something in TOML.
            std::string const meaningful = "[]{}=\"',.#\n0129^-";
            auto const draw = random.word(8 * round + i + 4);
            text[at] = draw & 1 ? static_cast<char>(draw >> 8) : meaningful[(draw >> 8) % meaningful.size()];
        }
        refused += !read_or_refuse(folder / "c.toml", text);
    }
    EXPECT_GT(refused, 100);
}
}  // namespace
