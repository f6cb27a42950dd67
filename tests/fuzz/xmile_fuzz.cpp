// The XMILE reader against any bytes: it returns a model or errors, and nothing else happens.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "worker/model/xmile/read.hpp"

namespace {

// size="900000" is right and slow to expand: it would eat the fuzzing time and find nothing.
bool has_long_number(std::string_view bytes) {
  std::size_t digits = 0;
  for (const char c : bytes) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (has_long_number(bytes)) return 0;
  const auto model = flowyard::worker::model::xmile::read(bytes, "fuzz.xmile");
  if (!model && model.error().empty()) std::abort();
  return 0;
}
