// Finds a topology, builds its network and asks which backend would train it.
#include <cstdio>

#include "base/version.hpp"
#include "energy/account.hpp"
#include "mlp/backend.hpp"
#include "mlp/topology.hpp"

int main()
{
    auto const found = ghee::mlp::find_topology(ghee::Shape::exponential, 512, 3, 26, 11);
    std::printf("ghee %s: %lld parameters, %zu backends\n", ghee::version(), static_cast<long long>(found.parameters), ghee::mlp::backends().size());
    return found.parameters == 561 ? 0 : 1;
}
