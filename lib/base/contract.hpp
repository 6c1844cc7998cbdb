// Programmer's mistakes: a broken contract aborts where contracts are built in (every preset but measure).
#pragma once

namespace ghee {
[[noreturn]] void contract_broken(char const* condition, char const* file, int line);
}

#ifdef GHEE_CONTRACTS
#define GHEE_EXPECT(condition) ((condition) ? static_cast<void>(0) : ::ghee::contract_broken(#condition, __FILE__, __LINE__))
#else
#define GHEE_EXPECT(condition) static_cast<void>(sizeof(!(condition)))
#endif
