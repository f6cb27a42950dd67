// The methods that a client may call, and what each revision says of them.
#pragma once

#include <string_view>

#include "controller/mcp/protocol/rpc.hpp"

namespace flowyard::controller::mcp::protocol {

struct Method {
  std::string_view name;
  bool modern, legacy;    // in which eras there is such a method
  bool is_named = false;  // the header Mcp-Name repeats what it is about
  bool can_ask = false;   // its result may be a question (input_required)
  // For how long a client may keep the result: the specification wants to hear that of some.
  enum class Kept { Unsaid, UntilItChanges, NotAtAll } kept = Kept::Unsaid;
};

// Null: that era has no such method.
const Method* find_method(std::string_view name, Era era);

}  // namespace flowyard::controller::mcp::protocol
