from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rounds", "0006_mark_latest_rounds")]

    operations = [
        migrations.AddField(
            model_name="roundsuggestion",
            name="by_name",
            field=models.CharField(blank=True, default="", max_length=120),
            preserve_default=False,
        ),
    ]
