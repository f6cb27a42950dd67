// Resolves a name in an input to numbers of a Program: a whole parameter or stock ("share"), or one element
// of it ("share[north]", "share[north, old]"). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

struct ParameterAddress {
  const Parameter* parameter = nullptr;
  std::size_t first = 0;  // element
  std::size_t count = 0;
};

// nullopt where there is no such parameter, or it has no such element.
std::optional<ParameterAddress> parameter_at(const Program& program, const std::string& name);

// The positions in Program::stocks, in order; empty where there is no such stock or element.
std::vector<std::uint32_t> stocks_at(const Program& program, const std::string& name);

// "share[north]" is "share" and "north"; a name without an element has an empty one.
struct NameParts {
  std::string name;
  std::string element;
};
NameParts parts_of(const std::string& name);

// "A1,B2" and "a1, b2" are the same element.
bool same_element(const std::string& a, const std::string& b);

}  // namespace flowyard::worker::engine
