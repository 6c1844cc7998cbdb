// The one line a user would read.
#pragma once

#include <string>

#include "base/error.hpp"

namespace ghee {

/// The text of the UsageError that `action` throws; "nothing was refused" where it throws none.
template<class Action>
std::string refusal_of(Action const& action)
{
    try
    {
        action();
    }
    catch (UsageError const& error)
    {
        return error.what();
    }
    return "nothing was refused";
}

}  // namespace ghee
