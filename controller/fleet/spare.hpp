// Whether a fleet keeps something ready that the first worker of the next experiment would wait for.
#pragma once

namespace flowyard::controller::fleet {

enum class Spare { NotKept, Missing, There };

}  // namespace flowyard::controller::fleet
