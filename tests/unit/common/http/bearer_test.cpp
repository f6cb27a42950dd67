#include "common/http/bearer.hpp"

#include <gtest/gtest.h>

namespace flowyard::http {
namespace {

bool passes(const char* header, std::string_view token) {
  Request request;
  request.headers.set("Authorization", header);
  return bears_token(request, token);
}

TEST(Bearer, ComparesWholeTokens) {
  EXPECT_TRUE(passes("Bearer abc", "abc"));
  for (const char* other :
       {"Bearer ", "Bearer ab", "Bearer abd", "Bearer abcabc", "Bearer abca", "abc", "Basic abc"})
    EXPECT_FALSE(passes(other, "abc")) << other;
  EXPECT_FALSE(passes("Bearer abc", "abcabc"));
}

TEST(Bearer, IsBorneByNobodyWhereThereIsNone) {
  EXPECT_FALSE(passes("Bearer ", ""));
  EXPECT_FALSE(bears_token(Request{}, "abc"));
}

}  // namespace
}  // namespace flowyard::http
