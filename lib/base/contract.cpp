// Reports a broken contract and aborts.
#include "base/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace ghee {

void contract_broken(char const* condition, char const* file, int line)
{
    std::fprintf(stderr, "%s:%d: contract broken: %s\n", file, line, condition);
    std::abort();
}

}  // namespace ghee
