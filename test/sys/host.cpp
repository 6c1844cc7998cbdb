// Facts of a made-up host, of this one, and the node's name under Slurm.
#include "sys/host.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "sys/affinity.hpp"

namespace ghee::sys {
namespace {

using testing::ElementsAre;

HostRoots const two_sockets{GHEE_FIXTURES "/hosts/two-sockets/sys", GHEE_FIXTURES "/hosts/two-sockets/proc", GHEE_FIXTURES "/hosts/two-sockets/etc",
                            GHEE_FIXTURES "/hosts/two-sockets/topology.xml"};

class Variable
{
  public:
    Variable(char const* name, char const* value) : name_(name)
    {
        if (char const* const before = std::getenv(name))
            before_ = before;
        value ? ::setenv(name, value, 1) : ::unsetenv(name);
    }
    ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

  private:
    char const* name_;
    std::optional<std::string> before_;
};

TEST(Host, FactsOfAMadeUpNodeAreAllRead)
{
    Variable const job("SLURM_JOB_ID", "4711"), visible("CUDA_VISIBLE_DEVICES", nullptr), ordinal("GPU_DEVICE_ORDINAL", nullptr);
    NodeInfo const node = node_facts(two_sockets);
    EXPECT_EQ(node.sockets, 2);
    EXPECT_EQ(node.cores, 4);
    EXPECT_EQ(node.threads, 8);
    EXPECT_EQ(node.numa_nodes, 2);
    EXPECT_THAT(node.caches, ElementsAre(Cache{1, 32768, 4}, Cache{2, 1048576, 4}, Cache{3, 33554432, 2}));
    EXPECT_EQ(node.cpu, "Intel(R) Xeon(R) Example CPU @ 2.00GHz");
    EXPECT_EQ(node.memory_bytes, std::int64_t{263856996} * 1024);
    EXPECT_EQ(node.os, "Debian GNU/Linux 12 (bookworm)");
    EXPECT_EQ(node.governor, "performance");
    EXPECT_EQ(node.turbo, "off");
    EXPECT_EQ(node.hypervisor, "Example Cloud");
    EXPECT_EQ(node.slurm_job, "4711");
    ASSERT_EQ(node.gpus.size(), 2u);
    EXPECT_EQ(node.gpus[0], (Gpu{0, "NVIDIA H100 80GB HBM3", "GPU-11111111-2222-3333-4444-555555555555", 0, 1}));
    EXPECT_EQ(node.gpus[1].index, 1);
    EXPECT_EQ(node.gpus[1].uuid, "GPU-99999999-2222-3333-4444-555555555555");
    EXPECT_THAT(node.visible_gpus, ElementsAre(node.gpus[0].uuid, node.gpus[1].uuid));
}

TEST(Host, WhatIsNotThereIsUnknownOrEmptyNeverGuessed)
{
    Variable const job("SLURM_JOB_ID", nullptr);
    NodeInfo const node = node_facts({"/no/sys", "/no/proc", "/no/etc", two_sockets.hwloc_xml});
    EXPECT_EQ(node.governor, "unknown");
    EXPECT_EQ(node.turbo, "unknown");
    EXPECT_EQ(node.hypervisor, "");
    EXPECT_EQ(node.slurm_job, "");
    EXPECT_EQ(node.os, "");
    EXPECT_TRUE(node.gpus.empty());
}

TEST(Host, ThisNodeHasCoresMemoryAndTheCpusWeMayUse)
{
    NodeInfo const node = node_facts();
    EXPECT_GE(node.threads, static_cast<int>(allowed_cpus().size()));
    EXPECT_GE(node.threads, node.cores);
    EXPECT_GE(node.cores, node.sockets);
    EXPECT_GE(node.sockets, 1);
    EXPECT_EQ(node.memory_bytes / 4096 > 0, true);
    EXPECT_GE(node.memory_bytes, static_cast<std::int64_t>(::sysconf(_SC_AVPHYS_PAGES)) * ::sysconf(_SC_PAGESIZE));
    EXPECT_FALSE(node.measured_cpus.empty());
    EXPECT_FALSE(node.service_cpus.empty());
    EXPECT_NE(node.kernel, "");
    EXPECT_NE(node.cpu, "");
}

TEST(Host, SlurmsNameGoesBeforeTheHostName)
{
    {
        Variable const slurm("SLURMD_NODENAME", "cpu2");
        EXPECT_EQ(node_name(), "cpu2");
        EXPECT_EQ(node_facts(two_sockets).name, "cpu2");
    }
    Variable const none("SLURMD_NODENAME", nullptr);
    char host[256] = {};
    ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
    EXPECT_EQ(node_name(), host);
}

TEST(Host, ABrokenTopologyFileIsAnErrorThatNamesIt)
{
    HostRoots roots = two_sockets;
    roots.hwloc_xml = "/no/such/topology.xml";
    EXPECT_THROW((void)node_facts(roots), Error);
}

}  // namespace
}  // namespace ghee::sys
