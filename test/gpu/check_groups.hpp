// The part of gpu_check that looks at groups.
#pragma once

#include <chrono>

#include "subjects.hpp"

namespace ghee::gpu {

struct GroupsChecked
{
    int wrong = 0;
    bool dead = false;  ///< it threw: after a failed kernel nothing works any more
    bool all_ran = true;
};

/// A line of JSON per mistake, one on all of the subject's groups.
GroupsChecked check_groups(Subject const&, bool few, double stricter, std::chrono::steady_clock::time_point deadline);

}  // namespace ghee::gpu
