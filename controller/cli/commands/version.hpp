// What `flowyard version` and `flowyard --version` print.
#pragma once

namespace flowyard::controller::cli {

extern const char* const kVersionLine;

}  // namespace flowyard::controller::cli
