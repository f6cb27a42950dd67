#include "common/base/integration_method.hpp"

#include <gmock/gmock.h>

namespace flowyard {
namespace {

TEST(IntegrationMethod, IsOneByAnyOfItsNames) {
  for (const char* name : {"auto", "rk45", "RK45", "rk4_auto", "RK4 Auto", "gear", "dopri", "rkf45"})
    EXPECT_EQ(integration_method(name), 3U) << name;
  for (const char* name : {"euler", "Euler's", "Euler"}) EXPECT_EQ(integration_method(name), 0U) << name;
  EXPECT_EQ(integration_method("RK2"), 1U);
  EXPECT_EQ(integration_method("rk4"), 2U);
  EXPECT_EQ(integration_method("rk5"), std::nullopt);
}

TEST(IntegrationMethod, OffersNamesThatItKnows) {
  for (const std::string& name : integration_method_names()) EXPECT_TRUE(integration_method(name)) << name;
  EXPECT_THAT(unknown_integration_method("autom"), testing::HasSubstr("did you mean 'auto'"));
}

}  // namespace
}  // namespace flowyard
