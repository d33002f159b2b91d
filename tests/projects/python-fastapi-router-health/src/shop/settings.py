from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    port: int = 8090
    model_config = SettingsConfigDict(env_prefix="SHOP_")


settings = Settings()
