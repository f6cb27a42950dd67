// Cursors of pages as clients see them: opaque, and good for one listing with one choice of what it lists. In
// base64url (RFC 4648, section 5) without padding: a version, digests of these two, and the place where the
// page before ended. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "common/http/message.hpp"

namespace flowyard::controller::rest {

class Cursor {
 public:
  // `listing` says what is listed. What is listed of it stands in the query of the target, but for where a
  // page begins, how long it is and which columns it has.
  Cursor(std::string listing, const http::Target& target);

  // Where the page before ended; nothing for the first page. An Error for what is not a cursor, or is one of
  // another listing or choice.
  Result<std::optional<std::string>> place() const;
  Result<std::optional<std::int64_t>> place_number() const;  // a number above zero

  std::string after(std::string_view place) const;

 private:
  std::string listing_, choice_;
  std::optional<std::string> given_;
};

}  // namespace flowyard::controller::rest
