// What the volume that an experiment's workers share holds in the beginning. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/experiment/bundle.hpp"

namespace flowyard::controller::service {

// All files of the bundle under the names that the experiment has for them, as tar, owned by who workers run
// as. Names that lead upwards begin after their "../": nothing lies above the volume. Absolute ones are of
// another machine and left out.
std::string shared_files(const std::vector<experiment::BundleFile>& files);

}  // namespace flowyard::controller::service
